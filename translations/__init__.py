"""What translators work with: every sentence that a reader sees, collected from the source and from the registries.

    make messages        writes assets/locales/messages.pot, and brings every assets/locales/<code>/messages.po up to date

A new language is a folder with an empty messages.po: `mkdir assets/locales/de; touch assets/locales/de/messages.po`.
"""
