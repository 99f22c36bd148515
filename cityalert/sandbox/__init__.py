"""An imitation of the outside world for the demo and the tests: Twilio, phones, a mail server. Never in production."""
