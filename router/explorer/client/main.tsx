import { createRoot } from 'react-dom/client';
import { Explorer } from './explorer.tsx';
import './workers.ts';

const place = document.querySelector('#root');
if (place) createRoot(place).render(<Explorer />);
