package org.foldwise.standalone.architecture.planted.worker;

import org.springframework.http.HttpStatus;

/** Breaks R9. */
public interface PlantedWorker {
    HttpStatus status();
}
