package io.holdfast.verifier.verification;

import io.holdfast.contracts.SourceEvent;
import io.smallrye.mutiny.Uni;
import org.hibernate.reactive.mutiny.Mutiny;

/** Where pauses of sources are recorded, which arrive on the topic of backups. */
public interface PauseRecords {
    /** Records a pause in the caller's transaction. May be told twice. */
    Uni<Void> paused(Mutiny.Session session, SourceEvent.Paused event);

    /** Records the end of a pause in the caller's transaction. May be told twice. */
    Uni<Void> resumed(Mutiny.Session session, SourceEvent.Resumed event);
}
