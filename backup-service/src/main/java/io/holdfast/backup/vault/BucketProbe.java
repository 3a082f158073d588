package io.holdfast.backup.vault;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.Vault;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Says at start, in the log, what the vault's bucket cannot do and what is therefore not guaranteed. */
@ApplicationScoped
class BucketProbe {
    private static final Logger LOG = Logger.getLogger(BucketProbe.class);

    private final PinnedVault vaults;
    private final Map<UUID, List<String>> found = new ConcurrentHashMap<>();

    BucketProbe(PinnedVault vaults) {
        this.vaults = vaults;
    }

    /** A vault that does not answer keeps no service from starting. */
    void start(@Observes StartupEvent ignored) {
        Thread.ofVirtual().name("holdfast-bucket-probe").start(this::look);
    }

    private void look() {
        try {
            Vault vault = vaults.open();
            lacks(vault).forEach(lack -> LOG.warnf("vault %s: %s", vault.describe(), lack));
            if (vault.keys().escrow().isEmpty()) {
                LOG.warnf(
                        "no copy of the vault's key %s is confirmed: without it no backup can be read;"
                                + " ./holdfast vault keys escrow",
                        vault.keys().keyId());
            }
        } catch (HoldfastException holdfastException) {
            LOG.warnf("what the vault's bucket can do is not known: %s", holdfastException.getMessage());
        } catch (RuntimeException e) { // the edge of a thread: the service may be stopping
            LOG.debugf(e, "the vault's bucket was not looked at");
        }
    }

    /** Tried out once in the life of this process. */
    List<String> lacks(Vault vault) {
        return found.computeIfAbsent(vault.id(), id -> vault.lacks());
    }
}
