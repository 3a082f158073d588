package io.holdfast.backup.reader;

import io.holdfast.contracts.BackupId;
import io.holdfast.eventing.config.LiveConfig;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Restores, verifications and exports that read a backup now; retention does not delete that backup. An entry without an end,
 * such as of a killed process, expires {@code platform.grace} after its start: no reader of the vault runs longer.
 */
@ApplicationScoped
public class BackupReaders {
    private final LiveConfig config;
    private final InstantSource clock;

    BackupReaders(LiveConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Kinds of readers; their names in lower case are shown to people. */
    public enum Kind {
        RESTORE,
        VERIFICATION,
        EXPORT
    }

    /** Records that a reader began at this instant. Of one reader the last record counts. */
    public Uni<Void> started(Mutiny.Session session, Kind kind, UUID reader, BackupId backup, Instant at) {
        return recorded(
                session,
                kind,
                reader,
                backup,
                at,
                at.plus(config.current().platform().grace()));
    }

    /** Records that a reader will begin, at the latest at an instant. */
    public Uni<Void> announced(Mutiny.Session session, Kind kind, UUID reader, BackupId backup, Instant latest) {
        return recorded(session, kind, reader, backup, clock.instant(), latest);
    }

    private Uni<Void> recorded(
            Mutiny.Session session, Kind kind, UUID reader, BackupId backup, Instant at, Instant expiresAt) {
        if (!expiresAt.isAfter(clock.instant())) {
            return Uni.createFrom().voidItem(); // an event of long ago
        }
        return session.createNativeQuery("delete from backup_reader where expires_at < to_timestamp(?1)")
                .setParameter(1, seconds(clock.instant()))
                .executeUpdate()
                .chain(() -> session.createNativeQuery("""
                                insert into backup_reader (kind, id, backup_id, started_at, expires_at)
                                values (?1, cast(?2 as uuid), cast(?3 as uuid), to_timestamp(?4), to_timestamp(?5))
                                on conflict (kind, id) do update
                                set backup_id = excluded.backup_id, expires_at = excluded.expires_at""")
                        .setParameter(1, kind.name())
                        .setParameter(2, reader.toString())
                        .setParameter(3, backup.toString())
                        .setParameter(4, seconds(at))
                        .setParameter(5, seconds(expiresAt))
                        .executeUpdate())
                .replaceWithVoid();
    }

    /** Nothing happens if the reader is not known. */
    public Uni<Void> ended(Mutiny.Session session, Kind kind, UUID reader) {
        return session.createNativeQuery("delete from backup_reader where kind = ?1 and id = cast(?2 as uuid)")
                .setParameter(1, kind.name())
                .setParameter(2, reader.toString())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static double seconds(Instant instant) {
        return instant.toEpochMilli() / 1000.0;
    }
}
