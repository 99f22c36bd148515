from django.db import migrations

from partners.names import skeleton


def fill(apps, _schema_editor):
    """Of two that look alike already, the later keeps its name: its skeleton says which it is."""
    seen = set()
    for partner in apps.get_model("partners", "Partner").objects.order_by("created_at"):
        value = skeleton(partner.name)
        if value in seen:
            value = f"{value}~{partner.pk}"[-200:]
        seen.add(value)
        type(partner).objects.filter(pk=partner.pk).update(name_skeleton=value)


class Migration(migrations.Migration):
    dependencies = [("partners", "0010_names_have_skeletons")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
