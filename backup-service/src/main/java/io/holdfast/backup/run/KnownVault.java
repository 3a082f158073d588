package io.holdfast.backup.run;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.transfer.VaultAccess;
import io.holdfast.vault.Vault;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The vault that this platform writes to. It is remembered by its id: another vault at the same address, such as an
 * emptied bucket, is refused instead of written to as if nothing had happened.
 */
@ApplicationScoped
public class KnownVault {
    private final VaultAccess access;
    private final DataSource database;

    KnownVault(HoldfastConfig config, DataSource database) {
        this.access = new VaultAccess(config.vault());
        this.database = database;
    }

    /** Fails as {@link VaultAccess#vault} does, or with VAULT_CHANGED. */
    public Vault open() {
        Vault vault = access.vault();
        UUID known = remember(vault.id());
        if (!known.equals(vault.id())) {
            throw Failure.about(
                    vault.id().toString(),
                    FailureCode.VAULT_CHANGED,
                    "the vault at " + vault.describe() + " is not the one this platform knows (" + known
                            + "); correct holdfast.vault, or, if the vault was replaced on purpose, delete the row of"
                            + " table known_vault in backup-service's database");
        }
        return vault;
    }

    private UUID remember(UUID id) {
        try (Connection connection = database.getConnection();
                var insert = connection.prepareStatement(
                        "insert into known_vault (singleton, id) values (true, ?) on conflict (singleton) do nothing");
                var select = connection.prepareStatement("select id from known_vault")) {
            insert.setObject(1, id);
            insert.executeUpdate();
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getObject(1, UUID.class);
            }
        } catch (SQLException e) {
            throw Failure.of(FailureCode.INTERNAL, "cannot remember the vault: " + e.getMessage(), e);
        }
    }

    @PreDestroy
    void close() {
        access.close();
    }
}
