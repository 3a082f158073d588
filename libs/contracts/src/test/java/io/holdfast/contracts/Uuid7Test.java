package io.holdfast.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class Uuid7Test {
    private static final Instant NOW = Instant.parse("2026-01-15T14:30:00.123Z");

    @Test
    void itIsAUuidOfVersion7AndItsTimeCanBeReadFromIt() {
        for (int i = 0; i < 1_000; i++) {
            UUID id = Uuid7.next(InstantSource.fixed(NOW));

            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
        }
    }

    @Test
    void idsSortByTheMillisecondTheyWereMintedIn() {
        List<BackupId> minted = Stream.of(
                        Instant.EPOCH.plusMillis(1),
                        NOW.minusMillis(1),
                        NOW,
                        NOW.plusMillis(1),
                        NOW.plusSeconds(1),
                        Instant.parse("2038-01-19T03:14:08Z"),
                        Instant.parse("6429-10-17T02:45:55.327Z"),
                        Instant.parse("6429-10-17T02:45:55.328Z"))
                .map(at -> BackupId.next(InstantSource.fixed(at)))
                .toList();

        assertThat(minted).isSorted();
        assertThat(minted.stream().map(BackupId::toString)).isSorted();
    }

    @Test
    void idsOfOneMillisecondDiffer() {
        Set<UUID> ids = new HashSet<>();

        for (int i = 0; i < 10_000; i++) {
            ids.add(Uuid7.next(InstantSource.fixed(NOW)));
        }

        assertThat(ids).hasSize(10_000);
    }
}
