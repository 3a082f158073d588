package io.holdfast.verifier.verification;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.transfer.access.OldGenerationGcTrigger;
import io.holdfast.transfer.access.VaultConnector;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.SourceRecord;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The configured vault. */
@ApplicationScoped
public class VerifierVaultProvider {
    private final VaultConnector access;

    VerifierVaultProvider(LiveConfig live) {
        OldGenerationGcTrigger.keep();
        this.access = new VaultConnector(
                live.current().vault(), () -> live.current().platform().grace());
    }

    /** Fails as {@link VaultConnector#vault} does. */
    public Vault open() {
        return access.vault();
    }

    /** Whose backup it is, by what lies in the vault; empty if it is nobody's. Blocks. */
    public Optional<SourceRef> sourceOf(BackupId backup) {
        Vault vault = open();
        return vault.sources().stream()
                .filter(source -> vault.backups(source).contains(backup))
                .findFirst()
                .map(source -> named(vault, source));
    }

    private static SourceRef named(Vault vault, SourceId source) {
        return new SourceRef(
                source, vault.source(source).map(SourceRecord::name).orElseGet(source::toString));
    }

    @PreDestroy
    void close() {
        access.close();
    }
}
