"""All settings, read from the environment (and `.local/env` when there is one). The safe value is the default."""

import os
import sys
from pathlib import Path

import django_stubs_ext
import environ

from cityalert.native import point_at_wheels

# Lets ModelForm[Alert] and its like be said; Django itself allows that only in part.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if "DATABASE_URL" in os.environ:  # somebody's own database is not migrated by the private cluster's owner
    os.environ.setdefault("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
if (BASE_DIR / ".local" / "env").exists():
    environ.Env.read_env(BASE_DIR / ".local" / "env")

# --- Where this runs -------------------------------------------------------------------------------------
# "demo" has the sandbox and known passwords, "test" is the test suite; anything else is the real thing.
CITYALERT_ENVIRONMENT = env("CITYALERT_ENVIRONMENT", default="production")
IS_DEMO = CITYALERT_ENVIRONMENT == "demo"
IS_TEST = CITYALERT_ENVIRONMENT == "test"
IS_PRODUCTION = not (IS_DEMO or IS_TEST)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
WEB_URL = env("WEB_URL", default="http://localhost:8000")
PUBLIC_URL = env("PUBLIC_URL", default=WEB_URL)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SITE_NAME = env("SITE_NAME", default="CityAlert")
CITY_NAME = env("CITY_NAME", default="Toronto")
TIME_ZONE = env("TIME_ZONE", default="America/Toronto")

INSTALLED_APPS = [
    "cityalert.web",
    "cityalert.ops",
    "cityalert.auditor",
    "cityalert.sandbox",
    "cityalert.businesses",
    "cityalert.directory",
    "cityalert.exchange",
    "cityalert.joining",
    "cityalert.residents",
    "cityalert.public",
    "cityalert.exercises",
    "cityalert.incidents",
    "cityalert.dossiers",
    "cityalert.bulletins",
    "cityalert.preferences",
    "cityalert.messaging",
    "cityalert.records",
    "cityalert.alerts",
    "cityalert.delivery",
    "cityalert.duty",
    "cityalert.subscriptions",
    "cityalert.agreements",
    "partners",
    "cityalert.live",
    "cityalert.accounts",
    "cityalert.geo",
    "cityalert.audit",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "channels",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

# All of ours are plain functions of a request, and the last one is ours: so Django runs the whole chain in one
# thread, not one hop per middleware.
MIDDLEWARE = [
    "cityalert.web.request_id.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "cityalert.web.middleware.ContentSecurityPolicy",
    "cityalert.web.staticfiles.Served",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cityalert.accounts.middleware.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "partners.middleware.ActorMiddleware",
    "cityalert.web.second_factor.SecondFactor",
    "cityalert.web.middleware.Refusals",
]

ROOT_URLCONF = "cityalert.urls"
CSRF_FAILURE_VIEW = "cityalert.web.errors.csrf_failed"
ASGI_APPLICATION = "cityalert.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cityalert.web.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- PostgreSQL: the truth -------------------------------------------------------------------------------
# The web and the workers use a role that does not own the tables; migrations use the owner.
# The test runner connects as the owner (it makes databases) and then becomes the application's role.
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", default=env("DATABASE_URL"))
_app = env.db_url("DATABASE_URL")
_owner = env.db_url("DATABASE_OWNER_URL", default=DATABASE_OWNER_URL)
DATABASE_APP_ROLE = _app["USER"] if _app["USER"] != _owner["USER"] else ""
_migrating = len(sys.argv) > 1 and sys.argv[1] in {
    "migrate",
    "makemigrations",
    "flush",
    "sqlmigrate",
    "grow_city",
}
# The role for what is asked across partners, which the application's may take in named places (`lib.tenancy`).
DATABASE_ACROSS_ROLE = "cityalert_across"
# Row level security holds for whoever does not own the tables; the test runner turns it on when it has made them.
DATABASE_HAS_WALL = bool(DATABASE_APP_ROLE) and not (IS_TEST or _migrating)
DATABASES = {"default": {**(_owner if IS_TEST or _migrating else _app)}}
DATABASES["default"] |= {
    "ENGINE": "cityalert.lib.postgis",
    "ATOMIC_REQUESTS": False,
    "CONN_HEALTH_CHECKS": True,
    # Async and threaded servers make many short-lived threads; a pool bounds the connections.
    "OPTIONS": {
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=12), "timeout": 5},
        # Targeting runs the same statement over a block and over the city: a generic plan would be wrong for one.
        "prepare_threshold": None,
        "connect_timeout": 5,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
globals().update(point_at_wheels())

# --- Redis: work and hints, may be lost at any moment ----------------------------------------------------
REDIS_URL = env("REDIS_URL")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # socket_timeout None: redis-py 8 would otherwise close a receive that is idle for five seconds.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None, "socket_connect_timeout": 2}]},
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A web request must not hang on a Redis that is down: the sweep finds the work anyway.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "retry_on_timeout": False,
    "max_retries": 1,
    "visibility_timeout": 60,
}
CELERY_TASK_PUBLISH_RETRY = False
# The work is waiting: for PostgreSQL and for providers. Threads share one pool of connections.
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = env.int("WORKERS", default=4)
CELERY_TASK_ROUTES = {"delivery.*": {"queue": "urgent"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "delivery.sweep",
        "schedule": env.float("DELIVERY_SWEEP_S", default=5),
        "options": {"expires": 5, "queue": "urgent"},
    },
    "exchange": {"task": "exchange.poll", "schedule": 30, "options": {"expires": 30}},
    "auditor": {"task": "auditor.round", "schedule": 60, "options": {"expires": 60}},
}

# --- People ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "cityalert.accounts.backends.People",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "web:home"
LOGIN_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "partners.signon.adapter.PeopleAdapter"
SOCIALACCOUNT_ADAPTER = "partners.signon.provider.SocialAdapter"
# Origins of sign-in services that need not be public or https: those of tests and demonstrations.
SIGN_ON_TRUSTED = env.list("SIGN_ON_TRUSTED", default=[])
# Addresses are entered by a partner's administrator; a reset goes to nobody else's.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# allauth's own would make a second table of addresses, which could differ from the person's.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PUBLIC_URL.startswith("https://") else "http"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "cityalert.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "cityalert.accounts.forms.SignInCode",
    "reauthenticate": "cityalert.accounts.forms.StepUpCode",
    "login_webauthn": "cityalert.accounts.forms.SignInKey",
    "authenticate_webauthn": "cityalert.accounts.forms.SecondKey",
    "reauthenticate_webauthn": "cityalert.accounts.forms.StepUpKey",
    "add_webauthn": "cityalert.accounts.forms.NewKey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see above: nobody enters an address of their own
MFA_TOTP_TOLERANCE = 1  # telephones' clocks differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
USERSESSIONS_ADAPTER = "cityalert.accounts.adapter.UserSessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = False  # it would write a row at every request
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0
# The cache holds what throttles signing in, which codes were used and whose turn it is at a geocoder, no more. It is in
# PostgreSQL because several
# processes must count together, and must still count while Redis is down.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
# How old a second factor may be when publishing (minutes).
STEP_UP_MINUTES = env.int("STEP_UP_MINUTES", default=10)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION or _https
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=IS_PRODUCTION)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# --- Words -----------------------------------------------------------------------------------------------
USE_I18N = USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Pages -----------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / ".local" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "cityalert.web.staticfiles.Compressed"
        if IS_PRODUCTION
        else "cityalert.web.staticfiles.Hashed"
        if IS_DEMO
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Whether public alerts that are only tests stand on the public pages, marked as such. Exercises never do.
PUBLIC_TESTS = env.bool("PUBLIC_TESTS", default=False)
BASEMAP_STYLE_URL = env("BASEMAP_STYLE_URL", default="")
MAP_CENTER = env.list("MAP_CENTER", cast=float, default=[-79.3832, 43.6487])
# Polygons of municipalities with Statistics Canada's codes, for CAP: a GeoJSON file.
MUNICIPALITIES = env("MUNICIPALITIES", default=str(BASE_DIR / "cityalert/geo/municipalities.geojson"))
# Where addresses are looked up: a service that speaks like Nominatim; empty: the places that were loaded.
GEOCODER_URL = env("GEOCODER_URL", default="")
GEOCODER_ATTRIBUTION = env("GEOCODER_ATTRIBUTION", default="© OpenStreetMap contributors")

# Who translates the words of an alert: the dotted name of a class (alerts/translating.py); empty: people do.
TRANSLATOR = env("TRANSLATOR", default="")

# --- Delivery --------------------------------------------------------------------------------------------
# How long a provider may take to answer; how long a worker may hold a delivery before it is taken for dead (it begins
# nothing that could outlast its lease); how long a provider's list may lag behind what it accepted (seconds).
DELIVERY_TIMEOUT_S = env.float("DELIVERY_TIMEOUT_S", default=10)
DELIVERY_LEASE_S = env.float("DELIVERY_LEASE_S", default=60)
DELIVERY_SETTLE_S = env.float("DELIVERY_SETTLE_S", default=10)
SANDBOX_URL = env("SANDBOX_URL", default="")
# Whoever waits there for a sign of life is asked each minute in which the auditor found nothing; empty: nobody waits.
DEADMAN_URL = env("DEADMAN_URL", default="")
# Origins for it that need not be public or https: those of tests, and of the city's own network.
DEADMAN_TRUSTED = env.list("DEADMAN_TRUSTED", default=[])
# Without credentials the sandbox's own are used; a check refuses that in production.
TWILIO_ACCOUNT_SID = env("TWILIO_ACCOUNT_SID", default="AC" + 32 * "0")
SANDBOX_AUTH_TOKEN = "sandbox"  # noqa: S105 - known to everybody
TWILIO_AUTH_TOKEN = env("TWILIO_AUTH_TOKEN", default=SANDBOX_AUTH_TOKEN)
TWILIO_MESSAGING_SERVICE_SID = env("TWILIO_MESSAGING_SERVICE_SID", default="")
TWILIO_FROM_NUMBER = env("TWILIO_FROM_NUMBER", default="+14165550100")
# Who we are to push services: a key drawn by `manage.py vapid_key`, and where they can reach us. No key: no push.
VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY", default="")
# Who calls; and how many messages a second the sender of a channel may begin, where the provider sets a pace. A new
# account of Twilio's begins one call a second.
TWILIO_VOICE_NUMBER = env("TWILIO_VOICE_NUMBER", default=TWILIO_FROM_NUMBER)
DELIVERY_PER_SECOND = {
    "voice": env.float("VOICE_PER_SECOND", default=1),
    "sms": env.float("SMS_PER_SECOND", default=0),
}
# A second provider of texts: an HTTP gateway. Without an address there is none.
SMS_GATEWAY_URL = env("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_TOKEN = env("SMS_GATEWAY_TOKEN", default="gateway")
SMS_GATEWAY_SECRET = env("SMS_GATEWAY_SECRET", default="" if IS_PRODUCTION else "gateway")
# What the providers charge, by their names ("twilio=0.0083,gateway=0.0071,twilio-voice=0.014"): for a segment of a
# text, a minute of a call that has begun, any other message. What a provider says itself of one message counts instead.
PRICES = env.dict(
    "PRICES",
    default={} if IS_PRODUCTION else {"twilio": "0.0112", "gateway": "0.0095", "twilio-voice": "0.0185"},
)
CURRENCY = env("CURRENCY", default="CAD")
SMTP_URL = env("SMTP_URL", default="smtp://localhost:25")
MAIL_FROM = env("MAIL_FROM", default="alerts@cityalert.example")
VAPID_SUBJECT = env("VAPID_SUBJECT", default=f"mailto:{MAIL_FROM}")
CAP_SENDER = env("CAP_SENDER", default="cityalert.example")
# Certificates (PEM) by which signed alerts of others are known; a source may have others.
CAP_TRUSTED_CERTIFICATES = env("CAP_TRUSTED_CERTIFICATES", default="")
# Origins of feeds that need not be public or https: those of tests and demonstrations, and of the city's own network.
EXCHANGE_TRUSTED = env.list("EXCHANGE_TRUSTED", default=[])
# Alert Ready's stream, "host:port" of each of its hosts, and where its messages are kept; without hosts nobody listens.
NAAD_HOSTS = env.list("NAAD_HOSTS", default=[])
NAAD_ARCHIVE = env("NAAD_ARCHIVE", default="")
_smtp = env.email_url("SMTP_URL", default=SMTP_URL)
EMAIL_HOST, EMAIL_PORT = _smtp["EMAIL_HOST"], _smtp["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _smtp["EMAIL_HOST_USER"] or "", _smtp["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = SMTP_URL.startswith("smtp+tls")
DEFAULT_FROM_EMAIL = MAIL_FROM
EMAIL_TIMEOUT = DELIVERY_TIMEOUT_S
# Mail by a provider's own API instead: its name at Anymail ("postmark", "mailgun"), and what Anymail has to know.
MAIL_PROVIDER = env("MAIL_PROVIDER", default="")
ANYMAIL = {
    "IGNORE_UNSUPPORTED_FEATURES": True,
    "REQUESTS_TIMEOUT": DELIVERY_TIMEOUT_S,
    **env.json("ANYMAIL", default={}),
}
if MAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
FIELD_KEY = env("FIELD_KEY", default="")
# Codes by text that residents may ask for in a day, all together.
SUBSCRIBE_TEXTS_PER_DAY = env.int("SUBSCRIBE_TEXTS_PER_DAY", default=2_000)
# Seals numbers and addresses (lib/sealed.py).
ADDRESS_KEY = env("ADDRESS_KEY", default="")

# Lines carry the request's id and no path: paths may hold tokens. `web.errors` logs a fault, once, by its route.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "cityalert.web.request_id.Filter"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"handlers": ["nowhere"], "propagate": False},
        # While Redis is away it tells so every second, with a traceback; the hubs do without.
        "channels_redis.pubsub": {"handlers": ["nowhere"], "propagate": False},
        # The sandbox's mail server would write every address it hears.
        "mail.log": {"level": "WARNING"},
        "uvicorn.error": {"level": "WARNING"},
    },
}
