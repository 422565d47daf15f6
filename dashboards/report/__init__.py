"""The conformance report that leaders read and print: the answer first, then what it rests on."""
