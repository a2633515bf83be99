"""caveat reads clinic web pages, says what they claim and what they leave out, and shows its working."""

__version__ = "0.1.0"
