"""What really happened: variants, the process map and its pictures, and models found by miners."""
