from django.db import migrations

# The same as `wording.digest`: PostgreSQL does not take a text with another text's hash.
ADD = r"""
ALTER TABLE agreements_agreement ADD CONSTRAINT agreement_hash_is_the_texts CHECK (
    sha256 = encode(sha256(convert_to(text_en || E'\n\n* * *\n\n' || text_fr, 'UTF8')), 'hex')
)
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_texts_and_signatures")]

    operations = [
        migrations.RunSQL(ADD, "ALTER TABLE agreements_agreement DROP CONSTRAINT agreement_hash_is_the_texts")
    ]
