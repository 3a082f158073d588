package io.holdfast.restore.saga;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.Engine;
import io.holdfast.engine.Target;
import io.holdfast.transfer.SourceAccess;
import jakarta.enterprise.context.ApplicationScoped;

/** The servers that databases are restored to: those of the configured sources. */
@ApplicationScoped
class Targets {
    private final HoldfastConfig config;

    Targets(HoldfastConfig config) {
        this.config = config;
    }

    /** To be closed. Fails with SOURCE_UNKNOWN. */
    Target of(String server) {
        return access(server).database().target();
    }

    Engine engine(String server) {
        return access(server).database().engine();
    }

    private SourceAccess access(String server) {
        SourceConfig source = config.sources().get(server);
        if (source == null) {
            throw Failure.about(
                    server,
                    FailureCode.SOURCE_UNKNOWN,
                    "source \"" + server + "\" is not configured any more; add it below holdfast.sources again");
        }
        return new SourceAccess(server, source);
    }
}
