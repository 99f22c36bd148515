from django.db import migrations

# Found without accents and with slips: what people type is compared with this.
FOLD = """
CREATE FUNCTION directory_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(translate($1,
        'ÀÁÂÃÄÅàáâãäåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕÖØòóôõöøÙÚÛÜùúûüÝýÿŸŠšŽžŁł’-.,',
        'AAAAAAaaaaaaCcEEEEeeeeIIIIiiiiNnOOOOOOooooooUUUUuuuuYyyYSsZzLl''   '))
$$
"""
INDEX = """
CREATE INDEX directory_partner_by_name ON partners_partner
    USING gin (directory_fold(name || ' ' || short_name) gin_trgm_ops)
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_entries"), ("partners", "0001_initial")]

    operations = [
        migrations.RunSQL(FOLD, "DROP FUNCTION directory_fold(text)"),
        migrations.RunSQL(INDEX, "DROP INDEX directory_partner_by_name"),
    ]
