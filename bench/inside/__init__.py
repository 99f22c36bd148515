"""Measurements that need the product loaded, and so a database settled (`bench.city`) before they are imported."""
