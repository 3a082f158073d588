package io.holdfast.backup.source;

import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.SourceRecord;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The sources that the vault has backups of. Asked with little patience: a vault that is down must not keep the service
 * from starting. Asked once a minute at most, whether it answers or not.
 */
@ApplicationScoped
class VaultSourceLookup {
    private static final Logger LOG = Logger.getLogger(VaultSourceLookup.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final PinnedVault vaults;
    private @Nullable List<SourceRecord> records;
    private long askedNanos;

    VaultSourceLookup(PinnedVault vaults) {
        this.vaults = vaults;
    }

    /** Who has this name in the vault now; empty also if the vault does not answer. */
    synchronized Optional<SourceId> idOf(String name) {
        List<SourceRecord> known = records;
        if (known == null || System.nanoTime() - askedNanos > PAUSE.toNanos()) {
            known = ask();
            records = known;
            askedNanos = System.nanoTime();
        }
        return known.stream()
                .filter(source -> source.name().equals(name))
                .map(SourceRecord::id)
                .findFirst();
    }

    private List<SourceRecord> ask() {
        FutureTask<List<SourceRecord>> asking = new FutureTask<>(this::read);
        Thread.ofVirtual().name("holdfast-remembered-sources").start(asking);
        try {
            return asking.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            asking.cancel(true);
            return unanswered("no answer within " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HoldfastException holdfastException) {
                return unanswered(holdfastException.reason().message());
            }
            throw new IllegalStateException("the vault's sources cannot be read", e.getCause());
        } catch (InterruptedException e) {
            asking.cancel(true);
            Thread.currentThread().interrupt();
            return unanswered("interrupted");
        }
    }

    private List<SourceRecord> read() {
        Vault vault = vaults.open();
        return vault.sources().stream()
                .map(vault::source)
                .flatMap(Optional::stream)
                .toList();
    }

    private static List<SourceRecord> unanswered(String why) {
        LOG.warnf(
                "the vault cannot be asked for sources that it knows already (%s): new sources get new ids; if a source"
                        + " has backups there, set its id in holdfast.yaml",
                why);
        return List.of();
    }
}
