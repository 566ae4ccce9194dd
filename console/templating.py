"""Jinja: one synchronous environment per language. Templates get frozen values and never reach the database."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup

from console.config import LANGUAGES, Settings
from console.language import ENDONYMS, catalogue, translate_reason
from console.statics import Statics

FOLDER = Path(__file__).parent / "templates"


class Compiled(BytecodeCache):
    """What is compiled for one language serves the others: they differ in their globals only."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


class Templates:
    """Whole pages and single blocks of templates, in each language."""

    def __init__(self, settings: Settings, statics: Statics, **shared: Any) -> None:
        self.shared = {
            "static": statics.url,
            "css": statics.css,
            "icons": statics.icons,
            "vendored": statics.vendored,
            "desk_name": settings.desk_name,
            "languages": ENDONYMS,
            **shared,
        }

    def page(self, language: str, name: str, context: Mapping[str, Any]) -> str:
        return self.environments[language].get_template(name).render(context)

    def block(self, language: str, name: str, block: str, context: Mapping[str, Any]) -> Markup:
        """One block of a template, trimmed; it is safe HTML, because the environment escapes."""
        template = self.environments[language].get_template(name)
        return Markup("".join(template.blocks[block](template.new_context(dict(context)))).strip())

    @cached_property
    def environments(self) -> dict[str, Environment]:
        return {language: self._environment(language) for language in LANGUAGES}

    def _environment(self, language: str) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=[InternationalizationExtension],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=COMPILED,
        )
        environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
        environment.filters["reason"] = partial(translate_reason, language)
        environment.globals.update(self.shared, language=language)
        return environment
