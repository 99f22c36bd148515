"""An app with a topic of its own, "weather:<partner>", for the tests of hints."""
