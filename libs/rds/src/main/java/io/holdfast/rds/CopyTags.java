package io.holdfast.rds;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.services.rds.model.Tag;

/**
 * The tags by which copies are known: a copy whose tags are others is never used or deleted.
 *
 * @param owner id of the source
 * @param expires when any process of the owner may delete the copy
 */
record CopyTags(String owner, UUID restore, Instant expires) {
    private static final String OWNER = "holdfast:source";
    private static final String RESTORE = "holdfast:restore";
    private static final String EXPIRES = "holdfast:expires";

    List<Tag> tags() {
        return List.of(
                tag(OWNER, owner),
                tag(RESTORE, restore.toString()),
                tag(EXPIRES, expires.truncatedTo(ChronoUnit.SECONDS).toString()));
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    /** Whether these are the tags of the same copy; its expiry is that of the attempt that made it. */
    boolean sameCopy(List<Tag> tags) {
        return of(tags).filter(
                        found -> found.owner().equals(owner) && found.restore().equals(restore))
                .isPresent();
    }

    /** Empty: the tags are not those of a copy. */
    static Optional<CopyTags> of(List<Tag> tags) {
        Optional<String> owner = value(tags, OWNER);
        Optional<String> restore = value(tags, RESTORE);
        Optional<String> expires = value(tags, EXPIRES);
        if (owner.isEmpty() || restore.isEmpty() || expires.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CopyTags(owner.get(), UUID.fromString(restore.get()), Instant.parse(expires.get())));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty(); // somebody changed them
        }
    }

    private static Optional<String> value(List<Tag> tags, String key) {
        return tags.stream()
                .filter(tag -> key.equals(tag.key()))
                .map(Tag::value)
                .findFirst();
    }
}
