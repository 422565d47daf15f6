"""How groups of cases, such as the cities, differ: figures, tests of every pair, sentences, bundles."""
