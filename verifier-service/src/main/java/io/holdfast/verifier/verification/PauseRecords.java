package io.holdfast.verifier.verification;

import io.holdfast.contracts.SourceEvent;
import io.smallrye.mutiny.Uni;
import org.hibernate.reactive.mutiny.Mutiny;

/** The record of pauses of sources, which arrive on the topic of backups. */
public interface PauseRecords {
    /** Records a pause in the caller's transaction. A second call with the same event changes nothing. */
    Uni<Void> paused(Mutiny.Session session, SourceEvent.Paused event);

    /** Records the end of a pause in the caller's transaction. A second call with the same event changes nothing. */
    Uni<Void> resumed(Mutiny.Session session, SourceEvent.Resumed event);
}
