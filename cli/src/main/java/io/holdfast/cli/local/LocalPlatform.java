package io.holdfast.cli.local;

import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.PrometheusServer;
import io.holdfast.devstack.Service;
import io.holdfast.devstack.ServicePlatform;
import io.holdfast.devstack.ServicePlatformOptions;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The development stack and the five services on it. Closing it ends all of them; so does the end of this process. */
public final class LocalPlatform implements AutoCloseable {
    private final DevStack stack;
    private @Nullable ServicePlatform servicePlatform;
    private @Nullable PrometheusServer prometheus;
    private volatile boolean starting;
    private boolean closed;

    private LocalPlatform(DevStack stack) {
        this.stack = stack;
    }

    /**
     * Starts Kafka, PostgreSQL, S3 and the catcher of messages.
     *
     * @throws IllegalStateException if they don't come up
     */
    public static LocalPlatform start(StackOptions options) {
        return new LocalPlatform(DevStack.start(options));
    }

    public StackAddresses addresses() {
        return stack.addresses();
    }

    /**
     * Starts the services.
     *
     * @param ports of the services; one that is not named gets a free one
     * @throws IllegalStateException if one does not become ready, or if this was closed meanwhile
     */
    public ServiceEndpoints serve(Path config, Path logs, Map<Service, Integer> ports) {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the platform was stopped while it started");
            }
            starting = true;
        }
        ServicePlatform started;
        try {
            started = ServicePlatform.start(new ServicePlatformOptions(
                    addresses(),
                    config,
                    Map.of(),
                    logs,
                    ports,
                    EnumSet.allOf(Service.class),
                    HoldfastConfig.load(config, Environment.system()).tls().on()));
        } finally {
            starting = false;
        }
        return serving(started);
    }

    /** The token of the principal {@code admin}; after {@link #serve}. */
    public synchronized String adminToken() {
        ServicePlatform running = servicePlatform;
        if (running == null) {
            throw new IllegalStateException("the services are not started");
        }
        return running.adminToken();
    }

    /**
     * Starts Prometheus, if this machine has it; after {@link #serve}. It ends with this platform.
     *
     * @return where it answers
     */
    public synchronized Optional<URI> observe(Path folder, ServiceEndpoints endpoints) throws IOException {
        ServicePlatform running = servicePlatform;
        if (running == null || closed) {
            return Optional.empty();
        }
        Map<Service, URI> services = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            services.put(service, endpoints.of(service));
        }
        Optional<PrometheusServer> started = PrometheusServer.start(folder, services, running.adminTokenFile());
        prometheus = started.orElse(null);
        return started.map(PrometheusServer::url);
    }

    private synchronized ServiceEndpoints serving(ServicePlatform started) {
        if (closed) {
            started.close();
            throw new IllegalStateException("the platform was stopped while it started");
        }
        servicePlatform = started;
        Map<Service, URI> uris = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            uris.put(service, started.url(service));
        }
        return new ServiceEndpoints(uris);
    }

    /** The stack's own process ended, which ends everything. */
    public boolean stackIsGone() {
        return !stack.process().isAlive();
    }

    /** A service that is not running though it should be. */
    public synchronized Optional<Service> fallen() {
        ServicePlatform running = servicePlatform;
        if (running == null || closed) {
            return Optional.empty();
        }
        return EnumSet.allOf(Service.class).stream()
                .filter(service -> !running.isRunning(service))
                .findFirst();
    }

    /** Starts a service again and waits until it is ready. */
    public synchronized void restart(Service service) {
        ServicePlatform running = servicePlatform;
        if (running != null && !closed) {
            running.restart(service);
        }
    }

    /** The endpoints of the platform that runs on the usual data folder, if one does. */
    public static Optional<ServiceEndpoints> endpoints(Map<String, String> environment) {
        return PidFile.running(LocalFolders.data(environment)).flatMap(PidFile.Owner::endpoints);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        ServicePlatform running = servicePlatform;
        PrometheusServer observing = prometheus;
        try {
            if (observing != null) {
                observing.close();
            }
            if (running != null) {
                running.close();
            } else if (starting) {
                endHalfStarted();
            }
        } finally {
            stack.close();
        }
    }

    /** Nobody waits for services to become ready that are not wanted any more: without its process one gives up. */
    private void endHalfStarted() {
        ProcessHandle kept = stack.process();
        ProcessHandle.current().children().filter(child -> !child.equals(kept)).forEach(ProcessHandle::destroyForcibly);
    }
}
