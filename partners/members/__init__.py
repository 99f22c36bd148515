"""The pages on which a partner decides who belongs to it. The rules and writes are the kernel's, a package up."""
