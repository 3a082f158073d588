package io.holdfast.verifier.scratch;

import io.holdfast.engine.Engine;
import io.holdfast.engine.TargetServer;

/**
 * A server to prove backups on.
 *
 * @param cluster what was started for this one proof, ended with it
 */
record ScratchTarget(Engine engine, TargetServer target, AutoCloseable cluster) implements AutoCloseable {
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
