package org.foldwise.registry.jobs;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.foldwise.registry.DatabaseClock;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** A worker in a process of its own that claims one job and never ends it. Arguments: URL, user and password of the database. */
final class DoomedWorker {
    private DoomedWorker() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(
                    DataSource.class,
                    () -> new DriverManagerDataSource(
                            arguments[0], arguments[1], arguments.length > 2 ? arguments[2] : ""));
            context.register(Transactions.class, DatabaseClock.class, JobQueue.class);
            context.refresh();
            JobQueue queue = context.getBean(JobQueue.class);
            JobWorker worker = JobWorker.builder(
                            context.getBean(DataSource.class), queue, context.getBean(DatabaseClock.class))
                    .name("doomed")
                    .heartbeat(Duration.ofMillis(200), 4)
                    .polling(Duration.ofMillis(50))
                    .handler(JobKind.TRAIN, new Endless())
                    .build();
            worker.start();
            new CountDownLatch(1).await();
        }
    }

    @EnableTransactionManagement
    static final class Transactions {
        @Bean
        static JdbcClient jdbcClient(DataSource dataSource) {
            return JdbcClient.create(dataSource);
        }

        @Bean
        static PlatformTransactionManager transactionManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }
    }

    private static final class Endless implements JobHandler {
        @Override
        public void handle(FencingToken token) throws InterruptedException {
            new CountDownLatch(1).await();
        }

        @Override
        public void giveUp(FencingToken token, String reason) {
            throw new AssertionError("nobody gives up here");
        }
    }
}
