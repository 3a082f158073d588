package io.holdfast.verifier.scratch;

import io.holdfast.engine.Engine;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.PasswordSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A server to prove backups on.
 *
 * @param address the address that another process uses
 * @param cluster what was started for this one proof, ended with it
 */
record ScratchTarget(Engine engine, TargetServer target, Address address, AutoCloseable cluster)
        implements AutoCloseable {

    /**
     * The address of the target.
     *
     * @param text the address of a server, or the folder of files
     * @param loader the role that loads rows; null: the one of the address
     */
    record Address(
            String text,
            PasswordSupplier password,
            @Nullable String loader) {}

    @Override
    public void close() {
        target.close();
        closeCluster();
    }

    private void closeCluster() {
        try {
            cluster.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) { // of AutoCloseable's signature; neither of our two throws a checked one
            throw new IllegalStateException(e);
        }
    }
}
