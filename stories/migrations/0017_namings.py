import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0016_notes_beside_the_log'),
    ]

    operations = [
        migrations.CreateModel(
            name='LookedThrough',
            fields=[
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='stories.source')),
                ('names_sha256', models.CharField(help_text='Of all the names that were looked for.', max_length=64)),
                ('since', models.PositiveBigIntegerField(help_text='The head of the log when they were first looked for.')),
                ('through', models.PositiveBigIntegerField(help_text='Every publication up to here was looked through.')),
            ],
        ),
        migrations.CreateModel(
            name='Naming',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(blank=True, choices=[('text', 'text'), ('note', 'public note')], help_text='Empty: the event itself.', max_length=4)),
                ('surname', models.CharField(blank=True, help_text='Folded, when it is the surname alone.', max_length=200)),
                ('words', models.CharField(help_text='The words that were found.', max_length=400)),
                ('places', models.TextField(help_text='What of the publication holds them, e.g. wording, block.')),
                ('publication', models.ForeignKey(db_column='position', db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stories.publication')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stories.source')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'publication', 'part', 'surname'), name='naming_once')],
            },
        ),
    ]
