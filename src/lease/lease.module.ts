import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LeaseEntity } from './lease.entity.js';
import { LeaseService } from './lease.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([LeaseEntity])],
  providers: [LeaseService],
  exports: [LeaseService],
})
export class LeaseModule {}
