"""The format `soga/1`: sealing and opening, pure (docs/format.md is its normative text).

No files, clock or randomness here: whatever is random comes in as an argument, so equal input gives equal bytes.

    derive      GalleryKeys(secret, seed, epoch): every derived secret of a gallery
                    .id .synthetic .kdf_salt .photo_id(sha256) .original_secret(photo_id, generation)
                    .manifest_secret(grant, counter) .reply_key(grant, counter) .link_secret(grant, counter)
                    .words(grant, counter, wordlist, wordlist_id, number) .pack_name(pack)
                viewing_secret(original_secret); ObjectKey = object_key(secret, gallery_id, kind)
                SigningKey(secret, number), ReplyKey(secret, number): .public .id; every HKDF label is in this module
    objects     Header(length, type, name, width, height); sealed_length(header, kind); part_names(name, length)
                seal_object(key, synthetic, header, content) -> bytes
                seal_stream(key, synthetic, header, read) -> Iterator[bytes], `read` called twice, the same bytes
                open_object(pieces, key) -> (Header, Iterator[bytes]); open_whole(sealed, key) -> (Header, bytes)
    packs       split([(photo id, sealed length), ...]) -> (start, end) ranges; then GalleryKeys.pack_name(bytes)
    manifest    Manifest, Photo, Section, Studio, Reply; write(manifest) -> bytes; parse(content, gallery_id)
                content_digest({grant: manifest}) -> bytes; MEDIA_TYPE for the header of its object
    slots       Entry(grant, mode, payload, link_secret, passphrase), Payload(manifest, reply, rights), Rights
                seal_slots(keys, objects, entries) -> gallery.json; is_current(document, keys, objects, entries)
                parse(document, gallery_id) -> GalleryFile; unlock(gallery_file, link_secret, passphrase) -> Payload
    link        link(base_url, gallery_id, link_secret); parse_fragment(text) -> Fragment
    keyfile     GalleryKeyFile, the content of a gallery.keys: changed copies by .with_...; .keys(secret) -> GalleryKeys
    backup      Backup(secret, number, galleries): seal(backup, passphrase, random) -> bytes; open_(raw, passphrase)
    passphrase  normalise(text); refuse_guessable(text, own_words, with_link=...)
    signed      sign(signing_key, content) -> bytes; verify(document, public_keys, record_format) -> content
                sign_in_place, verify_in_place: for gallery.json, which carries its own signature
    stream      Tink's AES256-GCM-HKDF streaming wire format, under objects
    padding     Padmé with a floor of 4 KiB; 64 KiB steps for manifests
    codec       F(...), base64url, strict JSON
    failures    the failure classes of section 8; failure_class(error) names one

A worker process needs an ObjectKey and `GalleryKeys.synthetic` only, never the studio secret; both can be pickled.
"""

from __future__ import annotations

FORMAT = "soga/1"
