"""The room that runs dbt: the build, and the catalogue of KPIs."""
