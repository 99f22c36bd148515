"""The promise under fault: the product's own processes, killed, stopped, starved and lied to, and nothing is lost."""
