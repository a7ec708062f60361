import type { MigrationInterface, QueryRunner } from 'typeorm';

const BIN = 'CHARACTER SET ascii COLLATE ascii_bin';
const ID = `VARCHAR(40) ${BIN} NOT NULL`;
const ID_OR_NONE = `VARCHAR(40) ${BIN} NULL`;
const CODE = `VARCHAR(24) ${BIN} NOT NULL`;
const TABLE = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

/** Departments, schedules with their slots, appointments and the queue; consultations that come of an appointment. */
export class Booking1764600000000 implements MigrationInterface {
  readonly name = 'Booking1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    await createPlaces(runner);
    await createSchedules(runner);
    await createAppointments(runner);
    await runner.query(`
      ALTER TABLE consultation
        ADD COLUMN appointment_id ${ID_OR_NONE},
        ADD COLUMN patient_id ${ID_OR_NONE},
        ADD COLUMN hospital_id ${ID_OR_NONE},
        ADD COLUMN started_at DATETIME(3) NULL,
        ADD COLUMN closed_at DATETIME(3) NULL,
        ADD UNIQUE KEY consultation_of_an_appointment (appointment_id),
        ADD KEY consultation_person (patient_id, id)`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

async function createPlaces(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE department (
      id ${ID} PRIMARY KEY,
      code ${CODE},
      name VARCHAR(64) NOT NULL,
      name_en VARCHAR(64) NOT NULL,
      parent_id ${ID_OR_NONE},
      UNIQUE KEY department_code (code)
    ) ${TABLE}`);
  await runner.query(`
    ALTER TABLE practice
      ADD COLUMN department_id ${ID_OR_NONE},
      ADD KEY practice_department (department_id),
      ADD CONSTRAINT practice_is_in_a_department FOREIGN KEY (department_id) REFERENCES department (id)`);
  await runner.query('ALTER TABLE hospital ADD KEY hospital_place (latitude, longitude)');
}

async function createSchedules(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE schedule (
      id ${ID} PRIMARY KEY,
      doctor_id ${ID},
      doctor_account_id ${ID},
      hospital_id ${ID},
      department_id ${ID},
      day CHAR(10) ${BIN} NOT NULL,
      starts_at DATETIME(3) NOT NULL,
      ends_at DATETIME(3) NOT NULL,
      slot_minutes INT NOT NULL,
      capacity_per_slot INT NOT NULL,
      fee_fen BIGINT NOT NULL,
      last_ticket INT NOT NULL DEFAULT 0,
      queue_version INT NOT NULL DEFAULT 0,
      published_at DATETIME(3) NOT NULL,
      KEY schedule_doctor (doctor_id, starts_at),
      KEY schedule_day (doctor_account_id, day),
      CONSTRAINT schedule_at_a_hospital FOREIGN KEY (hospital_id) REFERENCES hospital (id),
      CONSTRAINT schedule_of_a_department FOREIGN KEY (department_id) REFERENCES department (id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE slot (
      id ${ID} PRIMARY KEY,
      schedule_id ${ID},
      doctor_id ${ID},
      hospital_id ${ID},
      department_id ${ID},
      starts_at DATETIME(3) NOT NULL,
      ends_at DATETIME(3) NOT NULL,
      capacity INT NOT NULL,
      booked INT NOT NULL DEFAULT 0,
      fee_fen BIGINT NOT NULL,
      UNIQUE KEY slot_of_a_schedule (schedule_id, starts_at),
      KEY slot_start (starts_at, id),
      KEY slot_doctor (doctor_id, starts_at, id),
      KEY slot_place (hospital_id, department_id, starts_at, id),
      KEY slot_department (department_id, starts_at, id),
      CONSTRAINT slot_in_a_schedule FOREIGN KEY (schedule_id) REFERENCES schedule (id),
      CONSTRAINT slot_within_capacity CHECK (booked >= 0 AND booked <= capacity)
    ) ${TABLE}`);
}

async function createAppointments(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE appointment (
      id ${ID} PRIMARY KEY,
      slot_id ${ID},
      schedule_id ${ID},
      doctor_id ${ID},
      doctor_account_id ${ID},
      hospital_id ${ID},
      department_id ${ID},
      patient_id ${ID},
      account_id ${ID},
      status ${CODE},
      version INT NOT NULL,
      fee_fen BIGINT NOT NULL,
      pay_by DATETIME(3) NULL,
      starts_at DATETIME(3) NOT NULL,
      reason TEXT NULL,
      earlier_diagnosis TEXT NULL,
      cancel_reason TEXT NULL,
      payment_id ${ID_OR_NONE},
      paid_at DATETIME(3) NULL,
      refunded_at DATETIME(3) NULL,
      booked_at DATETIME(3) NOT NULL,
      active_key VARCHAR(81) ${BIN} NULL,
      UNIQUE KEY appointment_once (active_key),
      KEY appointment_patient (patient_id, id),
      KEY appointment_relation (doctor_account_id, patient_id, status),
      KEY appointment_due (status, pay_by),
      CONSTRAINT appointment_in_a_slot FOREIGN KEY (slot_id) REFERENCES slot (id)
    ) ${TABLE}`);
  await runner.query(`
    CREATE TABLE queue_ticket (
      id ${ID} PRIMARY KEY,
      schedule_id ${ID},
      appointment_id ${ID},
      account_id ${ID},
      doctor_account_id ${ID},
      number INT NOT NULL,
      status ${CODE},
      issued_at DATETIME(3) NOT NULL,
      called_at DATETIME(3) NULL,
      done_at DATETIME(3) NULL,
      UNIQUE KEY queue_ticket_number (schedule_id, number),
      UNIQUE KEY queue_ticket_of_an_appointment (appointment_id),
      KEY queue_ticket_waiting (schedule_id, status, number),
      CONSTRAINT queue_ticket_for_an_appointment FOREIGN KEY (appointment_id) REFERENCES appointment (id),
      CONSTRAINT queue_ticket_in_a_schedule FOREIGN KEY (schedule_id) REFERENCES schedule (id)
    ) ${TABLE}`);
}
