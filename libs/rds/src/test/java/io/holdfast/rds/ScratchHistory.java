package io.holdfast.rds;

import io.holdfast.devstack.history.TemplateHistory;
import io.holdfast.devstack.history.UnixSocketPort;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import java.nio.file.Path;
import java.util.List;

/** States on a server of its own. To be closed. */
final class ScratchHistory extends TemplateHistory implements AutoCloseable {
    private final ScratchCluster cluster;
    private final UnixSocketPort port;

    private ScratchHistory(ScratchCluster cluster, UnixSocketPort port) {
        super(port.port(), cluster.address().user(), "");
        this.cluster = cluster;
        this.port = port;
    }

    static ScratchHistory start() {
        ScratchCluster cluster = ScratchCluster.start(new ScratchOptions(
                Path.of(System.getProperty("java.io.tmpdir"), "holdfast-rds-tests"), 15, List.of(), null));
        DatabaseAddress address = cluster.address();
        ScratchHistory history =
                new ScratchHistory(cluster, new UnixSocketPort(Path.of(address.host(), ".s.PGSQL." + address.port())));
        history.sql("postgres", "CREATE ROLE app LOGIN SUPERUSER", "CREATE DATABASE shop OWNER app");
        return history;
    }

    @Override
    public void close() {
        port.close();
        cluster.close();
    }
}
