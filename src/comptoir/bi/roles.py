"""Superset's roles, from ``superset/roles.yml``: a role holds exactly what the file says."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from comptoir.bi.session import SupersetSession
from comptoir.settings import ComptoirError, read_yaml


class Role(BaseModel):
    """What one role may do and read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str
    includes: list[str]
    datasets: list[str]
    database_access: bool = False


class RolesFile(BaseModel):
    """``roles.yml``: roles, and the named sets of permissions they include."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: dict[str, Role]
    permissions: dict[str, list[str]]


def load_roles(path: Path) -> RolesFile:
    """Read and check ``roles.yml``.

    Raises:
        ComptoirError: the file breaks its schema, or a role includes a set of permissions that is not defined.
    """
    try:
        file = RolesFile.model_validate(read_yaml(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise ComptoirError(f"superset/{path.name} cannot be used: {error}. Correct it.") from error
    for name, role in file.roles.items():
        if unknown := set(role.includes) - set(file.permissions):
            raise ComptoirError(
                f"superset/{path.name}: role {name} includes {', '.join(sorted(unknown))}, "
                "which 'permissions' does not define. Define it or leave it out."
            )
    return file


def apply_roles(session: SupersetSession, path: Path) -> list[str]:
    """Create the roles and set their permissions; return their names.

    Raises:
        ComptoirError: a permission, dataset or database named in the file does not exist on this Superset.
    """
    file = load_roles(path)
    known = {
        f"{row['permission']['name']} on {row['view_menu']['name']}": int(row["id"])
        for row in session.rows("security/permissions-resources/")
    }
    database = next(row for row in session.rows("database/") if row["database_name"] == "Comptoir")
    datasets = {
        row["table_name"]: f"datasource_access on [Comptoir].[{row['table_name']}](id:{row['id']})"
        for row in session.rows("dataset/")
        if row["database"]["id"] == database["id"]
    }
    existing = {row["name"]: int(row["id"]) for row in session.rows("security/roles/")}
    for name, role in file.roles.items():
        wanted = [permission for group in role.includes for permission in file.permissions[group]]
        wanted += [datasets.get(table, f"datasource_access on {table}") for table in role.datasets]
        if role.database_access:
            wanted.append(f"database_access on [Comptoir].(id:{database['id']})")
        if missing := sorted(set(wanted) - set(known)):
            raise ComptoirError(
                f"Role {name}: this Superset does not know {', '.join(missing)}. "
                "Correct superset/roles.yml (a new Superset may have renamed a permission), then provision again."
            )
        if name not in existing:
            existing[name] = int(session.request("POST", "security/roles/", json={"name": name}).json()["id"])
        session.request(
            "POST",
            f"security/roles/{existing[name]}/permissions",
            json={"permission_view_menu_ids": sorted({known[permission] for permission in wanted})},
        )
    return list(file.roles)
