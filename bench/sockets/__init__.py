"""Servers and the client of the fan-out measurement, each a process of its own."""
