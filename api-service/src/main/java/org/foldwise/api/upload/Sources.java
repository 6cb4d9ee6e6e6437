package org.foldwise.api.upload;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The sources that the operator has named. */
@Component
class Sources {
    private final List<Source> sources;

    /** @throws IllegalArgumentException if a setting is not in order, so that the service does not start with it */
    Sources(UploadProperties properties) {
        sources = properties.sources().stream().map(Source::parse).toList();
        if (sources.stream().map(Source::name).collect(Collectors.toSet()).size() < sources.size()) {
            throw new IllegalArgumentException("foldwise.upload.sources must not give two sources one name");
        }
    }

    /** The source of that name, if it is there for the project. */
    Optional<Source> find(String name, UUID project) {
        return openTo(project).stream()
                .filter(source -> source.name().equals(name))
                .findFirst();
    }

    /** Those that datasets of the project may be filled from. */
    List<Source> openTo(UUID project) {
        return sources.stream().filter(source -> source.opensTo(project)).toList();
    }
}
