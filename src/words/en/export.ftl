# Exporting pictures and texts.
