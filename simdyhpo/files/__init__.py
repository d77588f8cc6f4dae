"""What is read with a bound, and written whole or not at all."""
