package org.foldwise.worker;

import java.time.Duration;
import java.util.Set;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.Pictures;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.withdrawal.Withdrawals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Takes what was computed from images of withdrawn patients out of the worker's cache, when the worker starts and again and again, as
 * another process of the machine may have been slow to put something there. Nobody is given such records in the meantime: runs ask
 * for the images of their rows and of no others.
 */
@Component
final class WithdrawnRecords implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(WithdrawnRecords.class);
    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private final Withdrawals withdrawals;
    private final RecordCache cache;
    private volatile boolean running;
    private Thread thread = new Thread();

    WithdrawnRecords(Withdrawals withdrawals, RecordCache cache) {
        this.withdrawals = withdrawals;
        this.cache = cache;
    }

    @Override
    public void start() {
        running = true;
        thread = new Thread(this::watch, "withdrawn-records");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (running) {
                forget();
                Thread.sleep(INTERVAL.toMillis());
            }
        } catch (InterruptedException e) {
            log.debug("the watch for withdrawals ends");
        }
    }

    /** Looks once. What fails is tried again. */
    private void forget() {
        try {
            Set<Digest> withdrawn = withdrawals.contents();
            int files = withdrawn.isEmpty() ? 0 : cache.forget(Pictures.ofFiles(withdrawn));
            if (files > 0) {
                log.info("deleted {} files of the cache that held records of withdrawn images", files);
            }
        } catch (RuntimeException e) {
            log.warn("cannot look for withdrawn images: {}", e.getClass().getSimpleName());
        }
    }

    @Override
    public void stop() {
        running = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
