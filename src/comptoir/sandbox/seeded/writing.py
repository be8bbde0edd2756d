"""What the simulated people write: hand-written sentences, combined and roughened, as text and as Mastodon's HTML."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass, field
from random import Random

from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.people import LOCAL_INSTANCE, Author, People, slug
from comptoir.sandbox.seeded.phrases import phrases
from comptoir.sandbox.seeded.posts import Post

SMS = (
    ("quelqu'un", "qqn"),
    ("vraiment", "vrmt"),
    ("c'est", "c"),
    ("quand", "qd"),
    ("beaucoup", "bcp"),
    ("que ", "ke "),
)


@dataclass
class Text:
    """A post's body before it becomes HTML: paragraphs, then hashtags; ``identities`` are the invented ones in it."""

    paragraphs: list[str]
    tags: tuple[str, ...] = ()
    mentions: tuple[tuple[str, str], ...] = ()
    link: str = ""
    identities: list[str] = field(default_factory=list)

    def as_html(self, host: str) -> str:
        """Return the HTML that Mastodon renders, hashtags and mentions as anchors."""
        blocks = [html.escape(paragraph).replace("\n", "<br />") for paragraph in self.paragraphs]
        if self.mentions:
            blocks[0] = " ".join(_mention(url, name) for name, url in self.mentions) + " " + blocks[0]
        if self.link:
            blocks[-1] += " " + _link(self.link)
        if self.tags:
            blocks.append(" ".join(_hashtag(tag, host) for tag in self.tags))
        return "".join(f"<p>{block}</p>" for block in blocks)


def _mention(url: str, name: str) -> str:
    anchor = f'<a href="{url}" class="u-url mention">@<span>{name}</span></a>'
    return f'<span class="h-card" translate="no">{anchor}</span>'


def _hashtag(tag: str, host: str) -> str:
    rel = "tag" if host == LOCAL_INSTANCE else "nofollow noopener"
    return f'<a href="https://{host}/tags/{tag}" class="mention hashtag" rel="{rel}">#<span>{tag}</span></a>'


def _link(url: str) -> str:
    shown, rest = url.removeprefix("https://")[:30], url.removeprefix("https://")[30:]
    return (
        f'<a href="{url}" rel="nofollow noopener" translate="no" target="_blank"><span class="invisible">https://</span>'
        f'<span class="ellipsis">{shown}</span><span class="invisible">{rest}</span></a>'
    )


def answered(post: Post, people: People) -> Author | None:
    """Return whom a post replies to, if it is a reply."""
    return people.by_kind["resident"][post.id % 50] if post.is_reply else None


def told(seed: int, post: Post, people: People, *, edited: bool) -> Text:
    """Return what a post says, before or after its edit."""
    rng = chance(seed, "text", post.id)
    written = Text(compose(rng, post.voice, post.theme, post.stance, post.place, post.language))
    if post.voice in ("resident", "visitor", "prospect", "business") and rng.random() < 0.05:
        sentence, written.identities = identity(rng)
        written.paragraphs.append(sentence)
    if post.voice in ("media", "institution", "business") and rng.random() < 0.5:
        written.link = f"https://www.{post.author.username.replace('_', '-')}.example/actualites/{post.id % 99991}"
    if someone := answered(post, people):
        written.mentions = ((someone.username, someone.url),)
    if edited:
        written.paragraphs.append(rng.choice(phrases()["corrections"]))
    # Some people write their hashtags, some let them stand in the sentence, capitals and all.
    written.tags = tuple(tag.capitalize() if post.id % 3 else tag for tag in post.tags)
    return written


def plain(text: Text) -> str:
    """Return a text as platforms without mark-up carry it."""
    lines = [*text.paragraphs, *([text.link] if text.link else [])]
    lines += [" ".join(f"#{tag}" for tag in text.tags)] if text.tags else []
    return "\n".join(lines)


def fill(rng: Random, sentence: str, place: str) -> str:
    """Put a place and small numbers into a sentence."""
    return sentence.format(place=place, n=rng.randrange(2, 9), h=rng.randrange(7, 22))


def compose(rng: Random, kind: str, theme: str, stance: str, place: str, language: str) -> list[str]:
    """Return the paragraphs of a post; ``kind`` is who speaks or a planted voice (closure, viral, irony…)."""
    words = phrases()
    if language != "fr":
        bank = words["other_languages"][language]
        return [" ".join(fill(rng, s, place) for s in rng.sample(bank, rng.choice([1, 1, 2])))]
    bank = words["themes"][theme][kind][stance] if kind in ("resident", "visitor") else words[kind]
    if kind in ("viral", "bot", "institution_closure"):
        return [fill(rng, rng.choice(bank), place)]
    length = rng.random()
    if length < 0.05 and kind in ("resident", "visitor"):
        return [rng.choice(words["short"])]
    if length > 0.975 and kind in ("resident", "visitor", "closure"):
        return _rant(rng, kind, theme, place)
    sentences = [fill(rng, s, place) for s in rng.sample(bank, min(len(bank), rng.choice([1, 1, 1, 2, 2, 3])))]
    if kind not in ("institution", "replies", "media", "business"):
        if rng.random() < 0.3:
            sentences.insert(0, rng.choice(words["openers"]))
        if rng.random() < 0.3:
            sentences.append(rng.choice(words["closers"]))
        if rng.random() < 0.35:
            sentences.append(rng.choice(words["emoji"]) * rng.choice([1, 1, 1, 2, 3]))
    paragraphs = [" ".join(sentences)] if len(sentences) < 3 else [sentences[0], " ".join(sentences[1:])]
    if kind in ("resident", "visitor", "prospect", "irony", "closure") and rng.random() < 0.3:
        paragraphs = [roughen(rng, paragraph) for paragraph in paragraphs]
    return paragraphs


def _rant(rng: Random, kind: str, theme: str, place: str) -> list[str]:
    """Return a long post (a kilobyte to several) that wanders from theme to theme."""
    words, paragraphs = phrases(), list[str]()
    voice = kind if kind != "closure" else "resident"
    for at in range(rng.randrange(4, 14)):
        about = theme if at % 3 == 0 else rng.choice(list(words["themes"]))
        sayings = [saying for bank in words["themes"][about][voice].values() for saying in bank]
        told = [fill(rng, saying, place) for saying in rng.sample(sayings, rng.randrange(1, min(len(sayings), 4) + 1))]
        paragraphs.append(" ".join([rng.choice(words["openers"]), *told]))
    return [*paragraphs, rng.choice(words["closers"])]


def roughen(rng: Random, text: str) -> str:
    """Misspell a text the way hurried people do."""
    manner = rng.randrange(6)
    if manner == 0:
        return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    if manner == 1:
        return text.lower().replace("'", "").replace(",", "")
    if manner == 2:
        for full, short in SMS:
            text = text.replace(full, short)
        return text.replace("é ", "er ", 1)
    if manner == 3 and len(text) > 12:
        at = rng.randrange(2, len(text) - 4)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if manner == 4:
        return text.upper() + " !!!"
    letters = [at for at, letter in enumerate(text) if letter in "aeiou"]
    at = rng.choice(letters) if letters else 0
    return text[:at] + text[at : at + 1] * 4 + text[at + 1 :]


def identity(rng: Random) -> tuple[str, list[str]]:
    """Return a sentence that names someone, and the invented name, e-mail and telephone number in it.

    E-mails are on reserved example domains, numbers in the ranges that ARCEP reserves for fiction.
    """
    first, last = rng.choice(phrases()["first_names"]), rng.choice(phrases()["last_names"])
    name = rng.choice([f"{first} {last}", f"Mme {last}", f"M. {first} {last}", f"{first} {last.upper()}"])
    email = f"{slug(first)}.{slug(last)}{rng.randrange(1, 99)}@{rng.choice(['courriel', 'asso', 'mairie'])}.example"
    tail = f"{rng.randrange(100):02d} {rng.randrange(100):02d}"
    phone = rng.choice(
        [f"06 39 98 {tail}", f"01 99 00 {tail}", f"+33 6 39 98 {tail}", f"063998{tail}".replace(" ", "")]
    )
    sentence = str(rng.choice(phrases()["identity"]))
    used = [text for mark, text in (("{name}", name), ("{email}", email), ("{phone}", phone)) if mark in sentence]
    return sentence.format(name=name, email=email, phone=phone), used
