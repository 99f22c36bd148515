"""Single sign-on: a partner's people sign in at their own organisation, by OpenID Connect; their domain decides."""
