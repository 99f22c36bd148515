"""An imitation of the outside world for demo and tests: Twilio, phones, mail. Never in production."""
