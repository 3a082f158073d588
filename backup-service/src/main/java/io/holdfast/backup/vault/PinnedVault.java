package io.holdfast.backup.vault;

import io.holdfast.config.VaultConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.transfer.access.OldGenerationGcTrigger;
import io.holdfast.transfer.access.VaultConnector;
import io.holdfast.vault.Vault;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The vault that this platform writes to. It is remembered by its id: another vault at the same address, such as an
 * emptied bucket, is refused instead of written to as if nothing had happened.
 */
@ApplicationScoped
public class PinnedVault {
    private final VaultConnector access;
    private final boolean mayBeMade;
    private final DataSource database;

    PinnedVault(LiveConfig live, DataSource database) {
        OldGenerationGcTrigger.keep();
        VaultConfig config = live.current().vault(); // a changed one needs a restart
        this.access = new VaultConnector(config, () -> live.current().platform().grace());
        this.mayBeMade = config.create();
        this.database = database;
    }

    /**
     * Opens it anew, because it may have changed since the last time. Makes it only where the platform never had one.
     * Blocks; fails as {@link VaultConnector#vault} does, or with VAULT_CHANGED.
     */
    public Vault open() {
        Optional<UUID> known = known();
        Vault vault = known.isEmpty() && mayBeMade ? access.init() : access.reopened();
        UUID expected = known.isPresent() ? known.get() : remember(vault.id());
        if (!expected.equals(vault.id())) {
            throw HoldfastException.about(
                    vault.id().toString(),
                    FailureCode.VAULT_CHANGED,
                    "the vault at " + vault.describe() + " is not the one this platform knows (" + expected
                            + "); correct holdfast.vault, or, if the vault was replaced on purpose, delete the row of"
                            + " table known_vault in backup-service's database");
        }
        return vault;
    }

    private Optional<UUID> known() {
        try (Connection connection = database.getConnection();
                var select = connection.prepareStatement("select id from known_vault");
                var rows = select.executeQuery()) {
            return rows.next() ? Optional.of(rows.getObject(1, UUID.class)) : Optional.empty();
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    /** What counts is what is there afterwards: another replica may have been faster. */
    private UUID remember(UUID id) {
        try (Connection connection = database.getConnection();
                var insert = connection.prepareStatement(
                        "insert into known_vault (singleton, id) values (true, ?) on conflict (singleton) do nothing")) {
            insert.setObject(1, id);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw unreadable(e);
        }
        return known().orElse(id);
    }

    /** No {@link HoldfastException}: those end a job, and this may be over in a moment. */
    private static IllegalStateException unreadable(SQLException e) {
        return new IllegalStateException("cannot tell which vault this platform knows: " + e.getMessage(), e);
    }

    @PreDestroy
    void close() {
        access.close();
    }
}
