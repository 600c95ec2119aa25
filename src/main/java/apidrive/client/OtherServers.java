package apidrive.client;

import java.util.List;

import picocli.CommandLine.Option;

/** The option that names servers beside those of a manifest. */
final class OtherServers {
    @Option(names = "--server", paramLabel = "URL", split = ",", description = "Another server to ask for what the manifest's "
            + "servers do not have; those of their network are asked anyway, while one of them answers.")
    private List<ServerUrl> servers = List.of();

    List<ServerUrl> servers() {
        return servers;
    }
}
