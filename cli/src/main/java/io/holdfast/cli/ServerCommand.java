package io.holdfast.cli;

import io.holdfast.cli.local.LocalPlatform;
import io.holdfast.cli.local.PidFile;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.ServicesConfig;
import io.holdfast.devstack.Service;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that talks to a running platform, here or elsewhere. */
abstract class ServerCommand extends BaseCommand {
    @Option(
            names = "--server",
            paramLabel = "URL",
            order = 91,
            description = "The platform: http://host (ports 8081-8085), a gateway's URL, or backup=URL,restore=URL,..."
                    + " Else HOLDFAST_URL, else services of the file HOLDFAST_CONFIG names, else this machine.")
    private @Nullable String server;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            order = 92,
            description = "The platform that ./holdfast up --data DIR runs, on any ports.")
    private @Nullable Path data;

    HoldfastClient api() {
        ServiceEndpoints endpoints = endpoints();
        String token = CallerToken.of(context(), endpoints, data);
        if (token != null) {
            warnOfClearText(endpoints);
        }
        return new HoldfastClient(endpoints, token, ServiceTrust.of(endpoints, context()));
    }

    ServiceEndpoints endpoints() {
        String option = server != null ? server : root().server();
        if (data != null) {
            if (option != null) {
                throw CommandException.usage("--data and --server both select a platform; use one of them");
            }
            return running(data);
        }
        String named = option != null ? option : context().variable("HOLDFAST_URL");
        if (!named.isEmpty()) {
            return ServiceEndpoints.parse(named);
        }
        String config = context().variable(HoldfastConfig.LOCATION);
        return config.isEmpty()
                ? LocalPlatform.endpoints(context().environment()).orElseGet(ServiceEndpoints::local)
                : of(ConfigFile.load(Path.of(config), context()).services());
    }

    private static ServiceEndpoints running(Path data) {
        PidFile.Owner owner = PidFile.running(data)
                .orElseThrow(() -> CommandException.failed("data folder " + data
                        + ": no platform is running; start it with ./holdfast up --data " + data));
        return owner.endpoints()
                .orElseThrow(() -> CommandException.failed("data folder " + data
                        + ": the platform is still starting; repeat the command when it is ready"));
    }

    private static ServiceEndpoints of(ServicesConfig services) {
        return new ServiceEndpoints(Map.of(
                Service.BACKUP, services.backup(),
                Service.RESTORE, services.restore(),
                Service.VERIFIER, services.verifier(),
                Service.NOTIFIER, services.notifier(),
                Service.AUDIT, services.audit()));
    }

    private void warnOfClearText(ServiceEndpoints endpoints) {
        for (URI uri : endpoints.uris().values()) {
            boolean local = uri.getHost().equals("localhost") || uri.getHost().startsWith("127.");
            if (uri.getScheme().equals("http") && !local) {
                output().note("holdfast: the token goes to " + uri + " in the clear; use https");
                return;
            }
        }
    }
}
