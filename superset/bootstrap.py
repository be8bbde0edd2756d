"""Prepare Superset's metadata in one process: migrate, define permissions, set the administrator's password.

Run by ``comptoir.bi.install`` with Superset's interpreter. The password comes on standard input, so that it shows in
no process list.
"""

from __future__ import annotations

import sys

from superset.app import create_app


def main() -> None:
    """Bring the metadata database to this version; safe to repeat."""
    password = sys.stdin.readline().strip()
    if not password:
        raise SystemExit("No administrator password on standard input.")
    app = create_app()
    with app.app_context():
        from flask_migrate import upgrade

        from superset import appbuilder, db, security_manager

        upgrade()
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        admin = security_manager.find_user(username="admin")
        if admin is None:
            role = security_manager.find_role("Admin")
            admin = security_manager.add_user("admin", "Comptoir", "Admin", "admin@localhost", role, password=password)
            if not admin:
                raise SystemExit("Superset could not create its administrator: see the lines above.")
        else:
            security_manager.reset_password(admin.id, password)
        db.session.commit()


main()
