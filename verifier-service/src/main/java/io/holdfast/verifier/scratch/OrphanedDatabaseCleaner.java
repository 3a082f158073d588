package io.holdfast.verifier.scratch;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.VerificationId;
import io.holdfast.engine.TargetServer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The databases that workers which died left on a scratch server that outlives them. Only those of verifications that this
 * platform knows to have ended: another's, on the same server, may be in use.
 */
final class OrphanedDatabaseCleaner {
    private static final Logger LOG = Logger.getLogger(OrphanedDatabaseCleaner.class);

    private OrphanedDatabaseCleaner() {}

    /**
     * Drops them. What cannot be dropped is left to the next proof: it hinders none.
     *
     * @param ended which of these proofs or drills have ended
     */
    static void drop(
            TargetServer target,
            ScratchDatabaseName.Purpose purpose,
            Function<Collection<VerificationId>, Set<VerificationId>> ended) {
        try {
            List<String> databases = target.databases(purpose.prefix());
            if (databases.isEmpty()) {
                return;
            }
            Set<VerificationId> over = ended.apply(databases.stream()
                    .map(purpose::idOf)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toSet()));
            for (String database : databases) {
                if (purpose.idOf(database).filter(over::contains).isPresent()) {
                    target.drop(database);
                    LOG.infof("dropped %s, which a worker that died had left behind", database);
                }
            }
        } catch (HoldfastException holdfastException) {
            LOG.warnf("databases of proofs that are over may be left behind: %s", holdfastException.getMessage());
        }
    }
}
